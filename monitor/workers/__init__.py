"""Worker processes: code that a hostile page could crash, hang or blow up runs apart from the service.

`pool` hands out the calls, `task` is one call on its way, `process` one process and what it does, `fork_server` what
all of them share, `memory` how much they hold.
"""
