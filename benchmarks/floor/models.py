from django.db import models


class PlainRow(models.Model):
    """A plain model with as many columns as the renewal list shows, and as many rows as there are renewals."""

    number = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=24)
    intent = models.CharField(max_length=12)
    receipt = models.CharField(max_length=20)
    at = models.DateTimeField(null=True)
    amount = models.PositiveIntegerField(null=True)
    reviewer = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.number
