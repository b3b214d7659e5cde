"""Pages of documents: those of a partnership, the form that attaches one, and the one that erases one."""

from api.pages.documents import attaching_page, documents_page

PAGES = (*documents_page.PAGES, *attaching_page.PAGES)
