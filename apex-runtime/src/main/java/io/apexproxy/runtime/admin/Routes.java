package io.apexproxy.runtime.admin;

import com.sun.net.httpserver.HttpExchange;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Which path gets which answer. Any thread. */
final class Routes {

    private static final Set<String> METHODS = Set.of("GET", "HEAD");

    private final Supplier<Snapshot> snapshots;

    Routes(Supplier<Snapshot> snapshots) {
        this.snapshots = snapshots;
    }

    Response answer(HttpExchange exchange) {
        if (!METHODS.contains(exchange.getRequestMethod())) {
            return Response.text(Response.METHOD_NOT_ALLOWED, "nothing can be changed here: only GET and HEAD")
                    .with("Allow", "GET, HEAD");
        }
        return switch (Optional.ofNullable(exchange.getRequestURI().getPath()).orElse("")) {
            case "/" -> StatusPage.answer();
            case "/status" -> StatusJson.answer(snapshots.get());
            case "/metrics" -> MetricsText.answer(snapshots.get(),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Accept")).orElse(""));
            case "/health/live" -> Response.text(Response.OK, "alive");
            case "/health/ready" -> readiness(snapshots.get().readiness());
            default -> Response.text(Response.NOT_FOUND,
                    "nothing here; there are / /status /metrics /health/live /health/ready");
        };
    }

    private static Response readiness(Snapshot.Readiness readiness) {
        return readiness.phase() == Snapshot.Phase.SERVING
                ? Response.text(Response.OK, "ready")
                : Response.text(Response.UNAVAILABLE, readiness.reason());
    }
}
