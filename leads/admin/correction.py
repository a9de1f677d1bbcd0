"""Correction of a lead's mistaken status, on a page of its own for users with the permission."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import short_code
from core.auth.actors import Actor
from core.violations import ConstraintViolated
from leads.models import Lead
from leads.services.lifecycle import CorrectionRefused, allowed_corrections, correct_status
from leads.vocabulary import LeadStatus

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    _Base = ModelAdmin[Lead]
else:
    _Base = object


class CorrectionForm(forms.Form):
    """Form for the right status and the reason; `seen` is the status that the page showed."""

    status = forms.ChoiceField(label=_("The right status"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the lead's activities. Name no person."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = lead.status
        allowed = allowed_corrections(status=lead.status, has_partner=lead.partner_id is not None)
        self.fields["status"].choices = [("", "---------"), *((status.value, status.label) for status in allowed)]  # type: ignore[attr-defined]  # of a field of choices


class CorrectionMixin(_Base):
    """The page `<lead>/correct-status/`."""

    def has_correct_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may set a status that no transition allows."""
        return request.user.has_perm("leads.correct_lead_status")

    def get_urls(self) -> list[Any]:
        """Return the admin's URLs with that of the correction."""
        page = path(
            "<uuid:lead_id>/correct-status/",
            self.admin_site.admin_view(self.correct_status_view),
            name="leads_lead_correct_status",
        )
        return [page, *super().get_urls()]

    def correct_status_view(self, request: HttpRequest, lead_id: Any) -> HttpResponse:
        """Ask for the right status and the reason, and write it."""
        if not self.has_correct_permission(request) or not self.has_view_permission(request):
            raise PermissionDenied
        lead = Lead.objects.filter(pk=lead_id).first()
        if lead is None:
            raise Http404
        url = reverse("admin:leads_lead_change", args=[lead.pk])
        form = CorrectionForm(request.POST if request.method == "POST" else None, lead=lead)
        if form.is_valid() and self._correct(request, lead, form):
            return HttpResponseRedirect(url)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Correct the status of lead %(code)s") % {"code": short_code(lead.pk)},
            "opts": self.opts,
            "lead": lead,
            "form": form,
            "list_url": reverse("admin:leads_lead_changelist"),
            "lead_url": url,
        }
        return TemplateResponse(request, "leads/admin/correct_status.html", context)

    def _correct(self, request: HttpRequest, lead: Lead, form: CorrectionForm) -> bool:
        """Write the correction; if it is refused, show the reason on the form and return False."""
        status = LeadStatus(form.cleaned_data["status"])
        try:
            correct_status(
                lead_id=lead.pk,
                expected=form.cleaned_data["seen"],
                status=status,
                reason=form.cleaned_data["reason"],
                actor=Actor.of_user(request.user),
                now=timezone.now(),
            )
        except CorrectionRefused as refused:
            now_it_is = dict(LeadStatus.choices).get(LeadStatus(refused.status), refused.status)
            text = gettext("Somebody else changed the status in the meantime. Now it is: %(status)s.")
            form.add_error(None, text % {"status": now_it_is})
            return False
        except ConstraintViolated as broken:
            form.add_error(None, broken.message)
            return False
        text = gettext("The status was corrected to: %(status)s.") % {"status": status.label}
        self.message_user(request, text, messages.SUCCESS)
        return True
