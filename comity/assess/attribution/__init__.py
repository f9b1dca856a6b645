"""Technical attribution support: which known clusters does what was seen resemble?

A ranking is not an attribution. It says how well observations match what has
been published about a cluster; who is behind the cluster, and whether a state
is responsible, are other questions with other owners.
"""

from comity.assess.attribution.bm25 import Ranker, prepare, rank

__all__ = ["Ranker", "prepare", "rank"]
