"""One view for each command and each query."""

from datetime import UTC, datetime

from flask import Flask, Response, request

from foldline import jsontext
from foldline.errors import Malformed
from foldline.functions.application import Application
from foldline.functions.definition import Command, Query
from foldline.functions.ports import Items, Stored
from foldline.http import bodies, conditions, positions, trace
from foldline.http.answers import NO_STORE, REVALIDATE, json_text, nothing
from foldline.http.arguments import Arguments, check_variables
from foldline.http.idempotency import key_of
from foldline.http.paging import next_page
from foldline.http.places import Places
from foldline.reads import Answer, Reads
from foldline.writes.call import Call, Written
from foldline.writes.writes import Writes


def install(app: Flask, application: Application, writes: Writes, reads: Reads, places: Places) -> dict[str, str]:
    """Route every command and query; returns the functions' names by endpoint."""
    views: list[CommandView | QueryView] = [
        *(CommandView(command, writes, reads, places) for command in application.commands),
        *(QueryView(query, application.version, reads, places) for query in application.queries),
    ]
    names = {}
    for view in views:
        function = view.function
        endpoint = str(function.route)
        app.add_url_rule(function.route.path, endpoint, view, methods=[function.route.method])
        names[endpoint] = function.name
    return names


class CommandView:
    """Answers the requests for one command."""

    def __init__(self, command: Command, writes: Writes, reads: Reads, places: Places) -> None:
        self.function = command
        self._schema = None if command.body is None else command.body()
        self._no_args = Arguments(None)
        self._writes, self._reads, self._places = writes, reads, places

    def __call__(self, **variables: str) -> Response:
        """Run the command; raises whatever becomes a problem."""
        call = self._call(variables)
        asked = positions.asked_for()
        with self._places:
            if asked:
                self._reads.wait_for(asked, positions.preferred_wait())
            return _written(self._writes.run(self.function, call))

    def _call(self, variables: dict[str, str]) -> Call:
        now = datetime.now(UTC)
        environ = request.environ
        check_variables(variables)
        self._no_args.read()
        if "HTTP_IF_NONE_MATCH" in environ:
            raise Malformed("a write takes If-Match, not If-None-Match")
        body = bodies.read(self._schema, variables.get("id"))
        return Call(
            now=now,
            variables=variables,
            body=body.loaded,
            if_match=conditions.if_match(environ.get("HTTP_IF_MATCH")),
            key=key_of(body.sent),
            trace=trace.recorded(environ),
        )


class QueryView:
    """Answers the requests for one query."""

    def __init__(self, query: Query, version: str, reads: Reads, places: Places) -> None:
        self.function = query
        self._version = version
        self._arguments = Arguments(query.args)
        self._reads, self._places = reads, places

    def __call__(self, **variables: str) -> Response:
        """Run the query; raises whatever becomes a problem."""
        check_variables(variables)
        args = self._arguments.read()
        if asked := positions.asked_for():
            positions.wait_for(asked, self._reads, self._places)
        answer = self._reads.run(self.function, variables, args)
        return self._answer(answer)

    def _answer(self, answer: Answer) -> Response:
        value = answer.value
        if isinstance(value, Stored):
            etag = conditions.strong_tag(value.origin)
        else:
            etag = conditions.weak_tag(answer.position, self._version)
        headers = [("ETag", etag), REVALIDATE]
        if answer.position:
            headers.append(("Log-Position", answer.position))
        if isinstance(value, Items) and value.after is not None:
            headers.append(("Link", next_page(value.after)))
        if not conditions.none_match(request.environ.get("HTTP_IF_NONE_MATCH"), etag):
            return nothing(304, headers)
        return json_text(jsontext.encode(value), headers)


def _written(written: Written) -> Response:
    headers = [NO_STORE]
    if written.origin is not None:
        headers.append(("ETag", conditions.strong_tag(written.origin)))
    if written.position is not None:
        headers.append(("Log-Position", str(written.position)))
    if written.location is not None:
        headers.append(("Location", written.location))
    return json_text(b"null" if written.entity is None else written.entity, headers, written.status)
