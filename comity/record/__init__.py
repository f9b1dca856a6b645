"""The append-only record: Merkle log, tiles, checkpoints, proofs, verification.

Pure: ``merkle``, ``tiles``, ``note``, ``checkpoint``, ``commitment``, ``proof``, ``payload``.
Rim: ``files`` and ``database`` (durable writes), ``lock``, ``blobs``, ``log``, ``checkpoints`` and
``keys`` (one seam each, with a twin in memory), ``stores`` (the three places together), ``forward``
(what is checked before a signature), ``erasure``, ``verification``, and ``store``, whose
``Record`` is what other rooms use.
"""
