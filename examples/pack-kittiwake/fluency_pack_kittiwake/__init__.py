"""The content pack of Kittiwake Ferries. There is no code here, and none is run: the files beside this one are read."""
