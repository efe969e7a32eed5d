"""Ways out: what the service found, in the formats of other tools. A file of `monitor.exports.formats` is a format.

The formats take plain records (`monitor.exports.records`) and give bytes. They read no store and no configuration, so
the command line, the page and the API use the same ones. `monitor.digest.export` fills the records.
"""
