"""Personal data of one person: found, exported as a file, and erased, for users with the permission.

The person is named in the body of the request, never in its URL, which ends up in logs and histories.
"""

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import short_code
from core.auth.actors import Actor
from core.violations import ConstraintViolated
from leads.models import Lead
from leads.privacy.services.erasure import FoundOther, erase_person
from leads.privacy.services.export import export_person
from leads.privacy.services.persons import Found, NobodyNamed, Person, TooManyLeads, find_person

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    _Base = ModelAdmin[Lead]
else:
    _Base = object

logger = logging.getLogger(__name__)

EXPORT, ERASE = "export", "erase"


def _wide() -> forms.TextInput:
    """Return a text field as wide as those of the admin."""
    return forms.TextInput(attrs={"class": "vTextField"})


class PersonForm(forms.Form):
    """Form that identifies a person, with the reason for an erasure. `seen` is what the page showed."""

    email = forms.CharField(label=_("E-mail"), max_length=254, required=False, widget=_wide())
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=_wide(),
        help_text=_("In any writing. A number that is not Dutch needs its country code."),
    )
    lead = forms.UUIDField(
        label=_("Lead"),
        required=False,
        widget=_wide(),
        help_text=_("Id of a lead that has neither, or that belongs to it as well."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the list of all changes. Name no person."),
    )
    confirmed = forms.BooleanField(label=_("Yes, erase this. It cannot be undone."), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Parse the person's identity, and require what an erasure needs."""
        cleaned = super().clean() or {}
        try:
            cleaned["person"] = Person.make(
                email=cleaned.get("email", ""), phone=cleaned.get("phone", ""), lead_id=cleaned.get("lead")
            )
        except NobodyNamed as error:
            texts = {
                "": _("Give an e-mail address, a phone number or a lead."),
                "email": _("This is no e-mail address."),
                "phone": _("This is no phone number."),
            }
            self.add_error(error.field or None, ValidationError(texts[error.field]))
        if self.data.get("do") == ERASE:
            for name in ("reason", "confirmed"):
                if not cleaned.get(name):
                    self.add_error(name, _("To erase it, this is needed."))
        return cleaned


class PersonalDataMixin(_Base):
    """The page `personal-data/`, and the link to it from the list."""

    change_list_template = "privacy/admin/lead_list.html"

    def has_personal_data_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may export and erase the data of a person."""
        return self.has_view_permission(request) and request.user.has_perm("leads.erase_personal_data")

    def get_urls(self) -> list[Any]:
        """Return the admin's URLs with that of the page."""
        page = path(
            "personal-data/", self.admin_site.admin_view(self.personal_data_view), name="leads_lead_personal_data"
        )
        return [page, *super().get_urls()]

    def personal_data_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the person, show the data found, and export or erase it."""
        if not self.has_personal_data_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._person_page(request, PersonForm(initial=_initial(request.GET.get("lead", ""))))
        form = PersonForm(request.POST)
        # The result is shown again beside an error in the other fields.
        form.is_valid()
        person: Person | None = form.cleaned_data.get("person")
        try:
            found = None if person is None else find_person(person)
            if form.is_valid() and person is not None and found:
                if request.POST.get("do") == EXPORT:
                    return self._person_file(request, person)
                if request.POST.get("do") == ERASE and self._erase(request, form, person, found):
                    return HttpResponseRedirect(reverse("admin:leads_lead_personal_data"))
        except TooManyLeads:
            found = None
            form.add_error(None, _("So many leads have this address or number that it is not one person's."))
        return self._person_page(request, form, found=found)

    def _person_file(self, request: HttpRequest, person: Person) -> HttpResponse:
        """Return all data on the person, as JSON."""
        document = export_person(person, now=timezone.now())
        # Record who exported data, and how much, without its content.
        logger.info("user:%s exported one person: %d leads", request.user.pk, len(document["tables"]["leads"]))
        name = f"person-{timezone.localdate().isoformat()}.json"
        return HttpResponse(
            json.dumps(document, ensure_ascii=False, indent=2),
            content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    def _erase(self, request: HttpRequest, form: PersonForm, person: Person, found: Found) -> bool:
        """Erase what the page showed; if that is refused, show the reason on the form and return False."""
        try:
            if form.cleaned_data["seen"] != _fingerprint(found):
                raise FoundOther  # noqa: TRY301  # the same as if the database had said so
            erase_person(
                person,
                reason=form.cleaned_data["reason"],
                actor=Actor.of_user(request.user),
                now=timezone.now(),
                expected=found,
            )
        except FoundOther:
            form.add_error(None, _("Something else is there by now: look at it, and erase it then."))
            return False
        except ConstraintViolated as broken:
            form.add_error(None, broken.message)
            return False
        count = len(found.lead_ids)
        text = ngettext(
            "%(count)d lead says nothing any more of who asked.",
            "%(count)d leads say nothing any more of who asked.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        return True

    def _person_page(self, request: HttpRequest, form: PersonForm, *, found: Found | None = None) -> HttpResponse:
        leads = Lead.objects.none() if found is None else Lead.objects.filter(id__in=found.lead_ids)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("What is known of a person"),
            "opts": self.opts,
            "form": form,
            "found": found,
            "seen": "" if found is None else _fingerprint(found),
            "leads": [
                (lead, short_code(lead.pk)) for lead in leads.select_related("partner").order_by("-created_at", "id")
            ],
            "ticket_count": 0 if found is None else len(found.ticket_ids),
            "list_url": reverse("admin:leads_lead_changelist"),
        }
        response = TemplateResponse(request, "privacy/admin/personal_data.html", context)
        response["Cache-Control"] = "no-store"
        return response


def _initial(lead: str) -> dict[str, Any]:
    """Return the contact details of the lead with this id, if it exists."""
    try:
        person = Person.of_lead(UUID(lead))
    except ValueError:
        return {}
    return {"email": person.email, "phone": person.phone, "lead": person.lead_id}


def _fingerprint(found: Found) -> str:
    """Return a digest that is equal for equal rows."""
    return hashlib.sha256(" ".join(map(str, (*found.lead_ids, *found.ticket_ids))).encode()).hexdigest()
