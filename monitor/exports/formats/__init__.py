"""The formats, a module each, found by `monitor.exports.registry`."""
