package io.apexproxy.runtime;

import io.apexproxy.runtime.pool.names.NameResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A name resolver whose results the test sets. */
final class ScriptedNames implements NameResolver {

    private final Map<String, CompletionStage<List<InetAddress>>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger lookUps = new AtomicInteger();

    @Override
    public CompletionStage<List<InetAddress>> resolve(String host) {
        lookUps.incrementAndGet();
        return answers.getOrDefault(host, CompletableFuture.failedFuture(new UnknownHostException(host)));
    }

    void set(String host, String... addresses) {
        answers.put(host, CompletableFuture.completedFuture(Stream.of(addresses).map(ScriptedNames::address).toList()));
    }

    void forget(String host) {
        answers.remove(host);
    }

    void fail(String host, Exception cause) {
        answers.put(host, CompletableFuture.failedFuture(cause));
    }

    void silence(String host) {
        answers.put(host, new CompletableFuture<List<InetAddress>>()
                .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    }

    int lookUps() {
        return lookUps.get();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
