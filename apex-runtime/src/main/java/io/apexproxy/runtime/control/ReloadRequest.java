package io.apexproxy.runtime.control;

import io.apexproxy.runtime.admin.http.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reloads that the control socket requests, one at a time, on a thread that lasts for the reload. Thread-safe. */
final class ReloadRequest {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    /** Less than the time limit of a response. */
    private static final long TIMEOUT_SECONDS = 9;

    private final Supplier<ReloadResult> reload;
    private final AtomicBoolean running = new AtomicBoolean();

    ReloadRequest(Supplier<ReloadResult> reload) {
        this.reload = reload;
    }

    /** Reloads and waits for the result, at most 9 s. */
    Response run() throws InterruptedException {
        if (!running.compareAndSet(false, true)) {
            return Response.text(Response.CONFLICT, "another reload is in progress; try again later");
        }
        CompletableFuture<ReloadResult> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> complete(result), "apex-control-reload");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // no thread can be created
            running.set(false);
            throw e;
        }
        try {
            return ControlJson.reload(result.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return Response.text(Response.UNAVAILABLE, "the reload is still in progress after " + TIMEOUT_SECONDS
                    + " s: a plugin blocks, or the first health checks of a new pool take longer; the log will have"
                    + " its result");
        } catch (ExecutionException e) {
            LOG.error("control socket: reload failed; the previous configuration stays in force", e.getCause());
            return Response.text(Response.INTERNAL_ERROR, "a defect in Apex; the log has the details");
        }
    }

    private void complete(CompletableFuture<ReloadResult> result) {
        try {
            result.complete(reload.get());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        } finally {
            running.set(false);
        }
    }
}
