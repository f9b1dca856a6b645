"""What strangers' files could break, each in a child process that can do little harm.

Parsers of such files, and the check of signatures. This folder runs processes, so it is not part
of the pure room around it. What it returns is text, which the pure readers take like any other,
or what a check found.
"""
