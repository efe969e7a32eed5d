"""Worker processes: code that a hostile page could crash, hang or blow up runs apart from the service."""
