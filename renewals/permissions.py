"""Who may do what in the season, by name. ``jaim_portal.roles`` says which role holds which of them."""

MANAGE_SEASON = "renewals.manage_season"
REVIEW = "renewals.review"
REOPEN = "renewals.reopen"
ANSWER_ON_BEHALF = "renewals.answer_on_behalf"
VIEW_RENEWALS = "renewals.view_renewal"
VIEW_CAMPAIGNS = "renewals.view_renewalcampaign"
