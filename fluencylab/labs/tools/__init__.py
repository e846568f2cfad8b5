"""Tool use: calls right and wrong, a conversation turn by turn, attacks against guards."""
