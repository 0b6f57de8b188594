"""The Zengin files: what the association sends to its bank and gets from it. Values in, frozen values out.

Source of every position, width and code: the Japanese Bankers Association's record formats (全銀協規定形式).
"""
