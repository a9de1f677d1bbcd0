"""Additions to the admin page of leads: a lead entered by hand, and leads from a file."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin.base import CarefulForm
from core.auth.actors import Actor
from leads.imports.admin.pages import TransferMixin
from leads.intake.admin.table import LeadTable, new_lead
from leads.intake.services.intake import DUPLICATE, create_lead
from leads.intake.services.normalising import PlaceRefused, place_given
from leads.models import Lead

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    _Base = ModelAdmin[Lead]
else:
    _Base = object


class LeadForm(CarefulForm[Lead]):
    """Form for a lead entered by staff: its place is checked and completed, as in the API."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if {"postcode", "province"} & set(self.changed_data) and not {"postcode", "province"} & set(self.errors):
            try:
                cleaned["postcode"], cleaned["province"] = place_given(
                    postcode=cleaned.get("postcode", self.instance.postcode),
                    province=cleaned.get("province", self.instance.province),
                )
            except PlaceRefused as refused:
                self.add_error(refused.field, str(refused))
        return cleaned


class IntakeMixin(TransferMixin, _Base):
    """Mixin for the page of leads: what it creates is taken in and routed like any other lead."""

    form: "type[forms.ModelForm[Lead]]" = LeadForm
    table = LeadTable

    def save_model(self, request: HttpRequest, obj: Lead, form: Any, change: Any) -> None:
        """Save the lead; one entered by hand is created and routed like any other."""
        if change:
            super().save_model(request, obj, form, change)
            return
        receipt = create_lead(new=new_lead(obj), actor=Actor.of_user(request.user), now=timezone.now())
        obj.pk = receipt.lead_id
        obj.refresh_from_db()
        if receipt.status == DUPLICATE:
            text = _("The same person asked for this before: what you entered was added to the lead that was there.")
            self.message_user(request, text, messages.WARNING)
