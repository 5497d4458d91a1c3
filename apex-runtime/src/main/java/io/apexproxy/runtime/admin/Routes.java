package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.admin.http.HttpHandler;
import io.apexproxy.runtime.admin.http.HttpRequest;
import io.apexproxy.runtime.admin.http.Response;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The responses to requests by path. Fast responses are separate from those whose cost grows with the number of
 * backends, so that the server's own thread can create the fast ones. Thread-safe.
 */
final class Routes implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    private static final Set<String> METHODS = Set.of("GET", "HEAD");
    private static final String STATUS = "/status";
    private static final String METRICS = "/metrics";

    private final HostCheck hostCheck;
    private final AdminView view;

    Routes(HostCheck hostCheck, AdminView view) {
        this.hostCheck = hostCheck;
        this.view = view;
    }

    @Override
    public Optional<Response> immediateResponse(HttpRequest request) {
        Optional<Response> rejection = hostCheck.rejection(request);
        if (rejection.isPresent()) {
            return rejection;
        }
        if (!METHODS.contains(request.method())) {
            return Optional.of(Response.text(Response.METHOD_NOT_ALLOWED,
                    "read-only: only GET and HEAD are allowed").with("Allow", "GET, HEAD"));
        }
        return switch (request.path()) {
            case STATUS, METRICS -> Optional.empty();
            case "/" -> Optional.of(responseOrError(request, StatusPage::response));
            case "/health/live" -> Optional.of(Response.text(Response.OK, "alive"));
            case "/health/ready" -> Optional.of(responseOrError(request, () -> readiness(view.readiness().get())));
            default -> Optional.of(Response.text(Response.NOT_FOUND,
                    "not found; available: / /status /metrics /health/live /health/ready"));
        };
    }

    /** Creates the response from a snapshot of the whole proxy. */
    @Override
    public Response render(HttpRequest request) {
        return responseOrError(request, () -> {
            Response response = request.path().equals(STATUS) ? status() : metrics(request);
            return request.acceptsGzip() ? response.gzipped() : response;
        });
    }

    private Response status() {
        return StatusJson.response(view.snapshots().get()).with("Vary", "Accept-Encoding");
    }

    private Response metrics(HttpRequest request) {
        return MetricsText.response(view.snapshots().get(), request.list("Accept"))
                .with("Vary", "Accept, Accept-Encoding");
    }

    private static Response readiness(Snapshot.Readiness readiness) {
        return readiness.phase() == Snapshot.Phase.SERVING
                ? Response.text(Response.OK, "ready")
                : Response.text(Response.UNAVAILABLE, readiness.reason());
    }

    /** Returns an error response if Apex has a defect. */
    private static Response responseOrError(HttpRequest request, Supplier<Response> response) {
        try {
            return response.get();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("admin endpoint: {} {} failed because of a defect in Apex", request.method(), request.path(), e);
            return Response.text(Response.INTERNAL_ERROR, "a defect in Apex; the log has the details");
        }
    }
}
