"""articles → matches: a topic with sides is judged by passages (evidence), any other by its learned terms."""

from monitor.match.matcher import LEAD, LearnedWord, Matcher

__all__ = ["LEAD", "LearnedWord", "Matcher"]
