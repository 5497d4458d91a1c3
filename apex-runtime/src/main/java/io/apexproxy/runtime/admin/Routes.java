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
 * The answer to each request. What takes about no time is separate from what takes longer with more backends, so that
 * the server's own thread can answer the first. Any thread.
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
    public Optional<Response> immediate(HttpRequest request) {
        Optional<Response> refusal = hostCheck.refusal(request);
        if (refusal.isPresent()) {
            return refusal;
        }
        if (!METHODS.contains(request.method())) {
            return Optional.of(Response.text(Response.METHOD_NOT_ALLOWED,
                    "nothing can be changed here: only GET and HEAD").with("Allow", "GET, HEAD"));
        }
        return switch (request.path()) {
            case STATUS, METRICS -> Optional.empty();
            case "/" -> Optional.of(guarded(request, StatusPage::answer));
            case "/health/live" -> Optional.of(Response.text(Response.OK, "alive"));
            case "/health/ready" -> Optional.of(guarded(request, () -> readiness(view.readiness().get())));
            default -> Optional.of(Response.text(Response.NOT_FOUND,
                    "nothing here; there are / /status /metrics /health/live /health/ready"));
        };
    }

    /** Answers what needs a view of the whole proxy. */
    @Override
    public Response render(HttpRequest request) {
        return guarded(request, () -> {
            Response answer = request.path().equals(STATUS) ? status() : metrics(request);
            return request.acceptsGzip() ? answer.gzipped() : answer;
        });
    }

    private Response status() {
        return StatusJson.answer(view.snapshots().get()).with("Vary", "Accept-Encoding");
    }

    private Response metrics(HttpRequest request) {
        return MetricsText.answer(view.snapshots().get(), request.list("Accept"))
                .with("Vary", "Accept, Accept-Encoding");
    }

    private static Response readiness(Snapshot.Readiness readiness) {
        return readiness.phase() == Snapshot.Phase.SERVING
                ? Response.text(Response.OK, "ready")
                : Response.text(Response.UNAVAILABLE, readiness.reason());
    }

    /** A client gets an answer also where Apex has a defect. */
    private static Response guarded(HttpRequest request, Supplier<Response> answer) {
        try {
            return answer.get();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("{} {}: a defect", request.method(), request.path(), e);
            return Response.text(Response.INTERNAL_ERROR, "a defect in Apex; its log has the details");
        }
    }
}
