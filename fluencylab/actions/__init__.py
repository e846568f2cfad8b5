"""What a learner does: one function per act, one commit each. The web and the command line call these and render what comes back."""
