"""Who may do what with discounts, beyond editing their data. ``jaim_portal.roles`` says which role holds which."""

CONFIRM_CERTIFICATES = "discounts.confirm_certificates"
IMPORT_GROUP_LISTS = "discounts.import_group_lists"
