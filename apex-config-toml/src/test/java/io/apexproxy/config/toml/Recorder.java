package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An observer that records each call: {@code port 2} for a tree, the message for a failure. */
final class Recorder implements ConfigSource.Observer {

    /** Long enough for a busy machine; the documented limit is 1 s. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public void changed(ConfigTree.Table tree) {
        calls.add(tree.members().containsKey("port")
                ? "port " + ((ConfigTree.Scalar) tree.members().get("port").value()).value() : "no port");
    }

    @Override
    public void failed(ConfigException problem) {
        calls.add(problem.getMessage());
    }

    List<String> calls() {
        return List.copyOf(calls);
    }

    void awaitLast(String expected) {
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(calls).last().isEqualTo(expected));
    }
}
