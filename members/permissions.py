"""Who may do what with members, beyond editing their data. ``jaim_portal.roles`` says which role holds which."""

IMPORT_MEMBERS = "members.import_members"
INVITE = "members.invite"
