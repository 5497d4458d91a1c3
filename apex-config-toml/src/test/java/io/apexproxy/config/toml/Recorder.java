package io.apexproxy.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An observer that keeps what it is told: {@code port 2} for a tree, the message for a failure. */
final class Recorder implements ConfigSource.Observer {

    /** Generous, for a machine that is busy with other things; the promise is 1 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void changed(ConfigTree.Table tree) {
        told.add(tree.members().containsKey("port")
                ? "port " + ((ConfigTree.Scalar) tree.members().get("port").value()).value() : "no port");
    }

    @Override
    public void failed(ConfigException problem) {
        told.add(problem.getMessage());
    }

    List<String> told() {
        return List.copyOf(told);
    }

    void awaitLast(String expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).last().isEqualTo(expected));
    }
}
