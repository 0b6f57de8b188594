"""Bringing the secretariat's Excel list into the portal: what would change, and changing it.

``members.member_list`` reads the list; here its rows meet what is registered, in all rooms.
"""
