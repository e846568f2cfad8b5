"""The order of the options: a lab of its own wheel, written against version 1 of what labs lean on."""

INTERFACE = 1
