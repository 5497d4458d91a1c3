package io.apexproxy.runtime;

import io.apexproxy.runtime.snapshot.Snapshot;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** The number of applied and rejected changes of the configuration, and the result of the last one. Any thread. */
final class ReloadHistory {

    private final AtomicReference<Snapshot.ReloadView> view =
            new AtomicReference<>(new Snapshot.ReloadView(0, 0, Instant.now(), ""));

    Snapshot.ReloadView view() {
        return view.get();
    }

    void succeeded() {
        view.updateAndGet(past -> new Snapshot.ReloadView(past.succeeded() + 1, past.failed(), Instant.now(), ""));
    }

    /** Records a rejected change and its reason. */
    void failed(String error) {
        view.updateAndGet(past -> new Snapshot.ReloadView(past.succeeded(), past.failed() + 1, Instant.now(), error));
    }
}
