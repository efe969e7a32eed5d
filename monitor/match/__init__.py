"""articles → matches: a topic with sides is judged by passages (evidence), any other by its learned terms."""

from monitor.match.found import LearnedWord
from monitor.match.matcher import LEAD, Matcher

__all__ = ["LEAD", "LearnedWord", "Matcher"]
