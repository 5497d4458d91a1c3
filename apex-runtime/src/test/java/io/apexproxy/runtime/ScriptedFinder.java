package io.apexproxy.runtime;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.BackendSourceProvider;
import io.apexproxy.api.source.FoundBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** The backend source {@code finder}, whose answers a test sets. */
final class ScriptedFinder implements BackendSourceProvider {

    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    volatile Callable<BackendSource.Answer> script = () -> {
        throw new IOException("no script");
    };
    volatile Runnable changed = () -> {};

    @Override
    public String name() {
        return "finder";
    }

    @Override
    public String description() {
        return "what a test says";
    }

    /** Sets the next answers: backends of weight 1, valid for an hour. */
    void find(NamedServer... servers) {
        find(Arrays.stream(servers).map(server -> FoundBackend.of(server.address())).toArray(FoundBackend[]::new));
    }

    void find(FoundBackend... backends) {
        var answer = BackendSource.Answer.of(Arrays.asList(backends), Duration.ofHours(1));
        script = () -> answer;
    }

    void fail(String reason) {
        script = () -> {
            throw new IOException(reason);
        };
    }

    @Override
    public BackendSource create(Settings settings, PluginContext context) {
        settings.string("token", "");
        return new BackendSource() {
            @Override
            public Answer find() throws Exception {
                calls.incrementAndGet();
                return script.call();
            }

            @Override
            public void watch(Runnable receiver) {
                changed = receiver;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }
}
