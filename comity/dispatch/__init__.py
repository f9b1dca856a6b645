"""What nodes send each other: signed, sealed to the named recipients, answered by receipts."""
