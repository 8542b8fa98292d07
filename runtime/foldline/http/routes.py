"""One view for each command and each query."""

from collections.abc import Mapping
from datetime import UTC, datetime

from foldline import jsontext
from foldline.errors import Malformed
from foldline.functions.application import Application
from foldline.functions.definition import Command, Query
from foldline.functions.ports import Items, Stored
from foldline.http import bodies, conditions, positions, trace
from foldline.http.answers import JSON, NO_STORE, REVALIDATE, Reply
from foldline.http.arguments import Arguments, check_variables
from foldline.http.environ import Environ
from foldline.http.idempotency import key_of
from foldline.http.paging import next_page
from foldline.http.places import Places
from foldline.reads import Answer, Reads
from foldline.writes.call import Call, Written
from foldline.writes.writes import Writes


class CommandView:
    """Answers the requests for one command."""

    def __init__(self, command: Command, writes: Writes, reads: Reads, places: Places) -> None:
        self.function = command
        self._schema = None if command.body is None else command.body()
        self._no_args = Arguments(None)
        self._writes, self._reads, self._places = writes, reads, places

    def answer(self, environ: Environ, variables: Mapping[str, str]) -> Reply:
        """Run the command; raises whatever becomes a problem."""
        call = self._call(environ, variables)
        asked = positions.asked_for(environ)
        with self._places:
            if asked:
                self._reads.wait_for(asked, positions.preferred_wait(environ))
            return _written(self._writes.run(self.function, call))

    def _call(self, environ: Environ, variables: Mapping[str, str]) -> Call:
        now = datetime.now(UTC)
        check_variables(variables, environ)
        self._no_args.read(environ)
        if "HTTP_IF_NONE_MATCH" in environ:
            raise Malformed("a write takes If-Match, not If-None-Match")
        body = bodies.read(self._schema, variables.get("id"), environ)
        return Call(
            now=now,
            variables=variables,
            body=body.loaded,
            if_match=conditions.if_match(environ.get("HTTP_IF_MATCH")),
            key=key_of(environ, body.sent),
            trace=trace.recorded(environ),
        )


class QueryView:
    """Answers the requests for one query."""

    def __init__(self, query: Query, version: str, reads: Reads, places: Places) -> None:
        self.function = query
        self._version = version
        self._arguments = Arguments(query.args)
        self._reads, self._places = reads, places

    def answer(self, environ: Environ, variables: Mapping[str, str]) -> Reply:
        """Run the query; raises whatever becomes a problem."""
        check_variables(variables, environ)
        args = self._arguments.read(environ)
        if asked := positions.asked_for(environ):
            positions.wait_for(asked, environ, self._reads, self._places)
        return self._reply(environ, self._reads.run(self.function, variables, args))

    def _reply(self, environ: Environ, answer: Answer) -> Reply:
        value = answer.value
        if isinstance(value, Stored):
            etag = conditions.strong_tag(value.origin)
        else:
            etag = conditions.weak_tag(answer.position, self._version)
        headers = [("ETag", etag), REVALIDATE]
        if answer.position:
            headers.append(("Log-Position", answer.position))
        if isinstance(value, Items) and value.after is not None:
            headers.append(("Link", next_page(environ, value.after)))
        if not conditions.none_match(environ.get("HTTP_IF_NONE_MATCH"), etag):
            return Reply(304, headers, b"")
        return Reply.of(200, headers, JSON, jsontext.encode(value))


View = CommandView | QueryView


def views_of(application: Application, writes: Writes, reads: Reads, places: Places) -> dict[str, View]:
    """A view for each function, by its route."""
    views: list[View] = [CommandView(command, writes, reads, places) for command in application.commands]
    views += [QueryView(query, application.version, reads, places) for query in application.queries]
    return {str(view.function.route): view for view in views}


def _written(written: Written) -> Reply:
    headers = [NO_STORE]
    if written.origin is not None:
        headers.append(("ETag", conditions.strong_tag(written.origin)))
    if written.position is not None:
        headers.append(("Log-Position", str(written.position)))
    if written.location is not None:
        headers.append(("Location", written.location))
    return Reply.of(written.status, headers, JSON, b"null" if written.entity is None else written.entity)
