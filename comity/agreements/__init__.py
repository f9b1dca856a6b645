"""Instruments as executable obligations: trigger, duty, clock, exception. Pure."""
