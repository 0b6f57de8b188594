from renewals.models.campaign import DeadlineChange, RenewalCampaign
from renewals.models.declaration import DraftDeclaration, Submission
from renewals.models.renewal import Renewal, RenewalQuerySet
from renewals.models.review import ClaimMark, Decision, DecisionItem, ReturnReason

__all__ = [
    "ClaimMark",
    "DeadlineChange",
    "Decision",
    "DecisionItem",
    "DraftDeclaration",
    "Renewal",
    "RenewalCampaign",
    "RenewalQuerySet",
    "ReturnReason",
    "Submission",
]
