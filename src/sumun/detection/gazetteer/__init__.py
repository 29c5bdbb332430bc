"""Names of places and people, as sets a judge asks.

All of it is common knowledge: the administrative divisions of Korea, its most frequent family and
given names, and those of the English-speaking world.
"""
