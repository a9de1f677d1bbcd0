"""Import and export pages: a mixin for admin classes."""

import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core.auth.actors import Actor
from leads.imports.admin.columns import Rule
from leads.imports.admin.resources import ImportResult, Outcome, TableResource
from leads.imports.services import uploads
from leads.imports.services.files import MAX_BYTES, MAX_ROWS, csv_bytes, read_table, xlsx_bytes
from leads.imports.services.spreadsheets import FileRefused

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    _Base = ModelAdmin[Any]
else:
    _Base = object

logger = logging.getLogger(__name__)

ROWS_SHOWN = 100
"""Maximum number of rows, and of problems, that a preview shows."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAX_EXPORTED_ROWS = 50_000
"""Maximum rows of one export: the file is created while somebody waits."""


class UploadForm(forms.Form):
    """Form for the file to import."""

    file = forms.FileField(label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}))

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse a file that is too large before it is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file has %(size).1f MB. The most is %(most)d MB: split it.")
                % {"size": (file.size or 0) / 1024 / 1024, "most": MAX_BYTES // 1024 // 1024}
            )
        return file


class ExportForm(forms.Form):
    """The format of the file."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=(("xlsx", _("Spreadsheet (XLSX), for Excel")), ("csv", _("CSV with commas, in UTF-8"))),
        widget=forms.RadioSelect,
        initial="xlsx",
    )


class ChosenRows(ChangeList):
    """The rows of a list with its filters and search, on all of its pages."""

    def get_results(self, request: HttpRequest) -> None:
        """Read no page."""


class TransferMixin(_Base):
    """Import for users who may add and change the rows, export for users who may view them."""

    table: ClassVar[type[TableResource]]
    """The columns, and their rules."""

    change_list_template = "imports/admin/change_list.html"

    def get_urls(self) -> list[Any]:
        """Return the admin's URLs with those of the pages."""
        pages = {"import": self.import_action, "process_import": self.process_import, "export": self.export_action}
        names = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            *(
                path(f"{page}/", self.admin_site.admin_view(view), name=f"{names}_{page}")
                for page, view in pages.items()
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, with the buttons that the user may press."""
        buttons = {
            "has_import_permission": self.has_import_permission(request),
            "has_export_permission": self.has_export_permission(request),
        }
        return super().changelist_view(request, {**buttons, **(extra_context or {})})

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Return whether the import button and its pages are available."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Return whether the export button and its page are available."""
        return self.has_view_permission(request)

    # -- Import

    def import_action(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, and show what its import would do."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if not form.is_valid():
            return self._import_page(request, form=form)
        file: UploadedFile[Any] = form.cleaned_data["file"]
        upload = uploads.Upload(name=file.name or "", data=file.read(), seen="")
        try:
            table, result = self._run(request, upload=upload, dry_run=True)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
            return self._import_page(request, form=form)
        return self._preview_page(request, upload=upload, table=table, result=result)

    def process_import(self, request: HttpRequest) -> HttpResponse:
        """Import the confirmed file, if it still does what its preview showed."""
        return require_POST(self._process_import)(request)

    def _process_import(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        try:
            with transaction.atomic():
                upload = uploads.take(request.POST.get("upload", ""), owner=self._owner(request))
                table, result, done = self._import_as_seen(request, upload=upload)
        except uploads.UploadGone:
            messages.error(request, gettext("The file is no longer there: an hour has passed, or it was imported."))
            return self._import_page(request, form=UploadForm())
        if not done:
            messages.warning(
                request, gettext("Nothing was imported: rows have changed since the preview. Look at it again.")
            )
            return self._preview_page(request, upload=upload, table=table, result=result)
        messages.success(
            request,
            gettext("Imported: %(new)d new, %(changed)d changed, %(same)d left as they are.") % _counts(result),
        )
        return HttpResponseRedirect(self._url("changelist"))

    def _import_as_seen(
        self, request: HttpRequest, *, upload: uploads.Upload
    ) -> tuple[TableResource, ImportResult, bool]:
        """Import and record the file if it does what its preview showed; the last value says whether it did."""
        with transaction.atomic():
            table, result = self._run(request, upload=upload, dry_run=False)
            done = not result.problems and result.fingerprint == upload.seen
            if done:
                self._log(request, result)
            else:
                # Rolls back to the savepoint of this block: the file is gone all the same.
                transaction.set_rollback(True)
        return table, result, done

    def _run(
        self, request: HttpRequest, *, upload: uploads.Upload, dry_run: bool
    ) -> tuple[TableResource, ImportResult]:
        """Import the file, or only try to. Raises `FileRefused`."""
        resource = self._resource(request)
        found = read_table(data=upload.data, known=[column.name for column in resource.columns])
        return resource, resource.import_table(found, dry_run=dry_run)

    def _log(self, request: HttpRequest, result: ImportResult) -> None:
        """Record the import in the history of each row."""
        for outcome, flag in ((Outcome.NEW, ADDITION), (Outcome.CHANGED, CHANGE)):
            rows = [row.instance for row in result.with_outcome(outcome)]
            if rows:
                LogEntry.objects.log_actions(
                    user_id=self._user_id(request), queryset=rows, action_flag=flag, change_message="Imported."
                )

    def _import_page(self, request: HttpRequest, *, form: UploadForm) -> HttpResponse:
        context = {
            "form": form,
            "columns": [column for column in self._resource(request).columns if column.rule is not Rule.NEVER],
            "left_out": [column.name for column in self._resource(request).columns if column.rule is Rule.NEVER],
            "max_rows": MAX_ROWS,
            "max_megabytes": MAX_BYTES // 1024 // 1024,
        }
        title = gettext("Import %(name)s") % {"name": self.opts.verbose_name_plural}
        return self._page(request, template="imports/admin/import.html", title=title, context=context)

    def _preview_page(
        self, request: HttpRequest, *, upload: uploads.Upload, table: TableResource, result: ImportResult
    ) -> HttpResponse:
        """Return the preview, with a button if nothing is wrong and there is anything to do."""
        problems, counts = result.problems, _counts(result)
        count = counts["new"] + counts["changed"]
        key = ""
        if count and not problems:
            kept = uploads.Upload(name=upload.name, data=upload.data, seen=result.fingerprint)
            key = uploads.keep(kept, owner=self._owner(request))
        rows = [] if problems else result.with_outcome(Outcome.NEW, Outcome.CHANGED)[:ROWS_SHOWN]
        # An unchanged column would only push the others out of sight.
        places = [place for place in range(len(table.written)) if any(row.cells[place].changes for row in rows)]
        context = {
            "file_name": upload.name,
            "columns": [table.written[place].name for place in places],
            "left_out": table.left_out,
            "problems": problems[:ROWS_SHOWN],
            "problem_count": len(problems),
            "rows": [(row, [row.cells[place] for place in places]) for row in rows],
            "counts": counts,
            "hidden_count": max(0, count - ROWS_SHOWN),
            "upload": key,
            "confirm_label": ngettext("Import %(count)d row", "Import %(count)d rows", count) % {"count": count},
        }
        return self._page(
            request,
            template="imports/admin/import_preview.html",
            title=gettext("Preview of the import"),
            context=context,
        )

    # -- Export

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list, or for an export what it would list."""
        return ChosenRows if request.path == self._url("export") else super().get_changelist(request, **kwargs)

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Ask for the format, and return the rows of the list."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self._url('changelist')}?e=1")
        count = rows.order_by()[: MAX_EXPORTED_ROWS + 1].count()
        form = ExportForm(request.POST if request.method == "POST" else None)
        resource = self._resource(request)
        if count <= MAX_EXPORTED_ROWS and form.is_valid():
            return self._file(request, resource=resource, rows=rows.iterator(), suffix=form.cleaned_data["format"])
        context = {
            "form": form,
            "count": count,
            "most": MAX_EXPORTED_ROWS,
            "too_many": count > MAX_EXPORTED_ROWS,
            "is_filtered": bool(request.GET),
            "columns": [column.name for column in resource.columns],
        }
        title = gettext("Export %(name)s") % {"name": self.opts.verbose_name_plural}
        return self._page(request, template="imports/admin/export.html", title=title, context=context)

    def _file(self, request: HttpRequest, *, resource: TableResource, rows: Iterable[Any], suffix: str) -> HttpResponse:
        """Return the rows as a file."""
        headers = [column.name for column in resource.columns]
        exported = 0

        def cells() -> Iterator[list[Any]]:
            nonlocal exported
            for row in resource.export_rows(rows):
                exported += 1
                yield row

        # The rows are read in chunks; in a transaction this also works behind a connection pooler.
        with transaction.atomic():
            if suffix == "csv":
                kind, data = "text/csv; charset=utf-8", csv_bytes(headers=headers, rows=cells())
            else:
                title = str(self.opts.verbose_name_plural)
                kind, data = _XLSX, xlsx_bytes(title=title, headers=headers, rows=cells())
        # Record who exported data, and how much, without its content.
        logger.info("user:%s exported %d rows of %s", request.user.pk, exported, self.opts.label)
        name = f"{self.opts.model_name}-{timezone.localdate().isoformat()}.{suffix}"
        return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    # -- Both

    def _resource(self, request: HttpRequest) -> TableResource:
        actor = Actor.of_user(request.user)
        return self.table(actor=actor, sees_people=self.has_change_permission(request))

    def _owner(self, request: HttpRequest) -> str:
        """Return the owner of an upload: the user and the table."""
        return f"{request.user.pk} {self.opts.label}"

    def _user_id(self, request: HttpRequest) -> int:
        """Return the signed-in user's id; the admin admits nobody else."""
        user_id: int = request.user.pk  # type: ignore[assignment]  # None only for an anonymous user
        return user_id

    def _url(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", current_app=self.admin_site.name)

    def _page(self, request: HttpRequest, *, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        frame = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "list_url": self._url("changelist"),
            "import_url": self._url("import") if self.has_import_permission(request) else "",
            "process_url": self._url("process_import"),
        }
        return TemplateResponse(request, template, frame | context)


def _counts(result: ImportResult) -> dict[str, int]:
    """Return the numbers of rows by what happens to them."""
    return {outcome.value: len(result.with_outcome(outcome)) for outcome in Outcome}
