"""Scheduled news monitoring and digests.

The flow, written once in `monitor.pipeline`:
feeds → entries → articles → matches → stories → digest → delivery.
A feed is polled and gives entries; each new entry becomes an article (its page, or what the feed gave); an
article is scored against each watch, with a receipt; matches about one event are grouped into a story; at its
time a digest composes an edition from the stories that are new; the edition is delivered to each recipient.
"""

import os
import sys

__version__ = "0.1.0"

# Zones come from the locked tzdata package alone, before any is made. A system's own files may be years older, and a
# digest for 07:00 in a country that changed its clocks would be an hour off. `zoneinfo` reads this at its import, which
# is not done here: Ctrl-C is not ours yet.
os.environ["PYTHONTZPATH"] = ""
if "zoneinfo" in sys.modules:
    sys.modules["zoneinfo"].reset_tzpath(())
