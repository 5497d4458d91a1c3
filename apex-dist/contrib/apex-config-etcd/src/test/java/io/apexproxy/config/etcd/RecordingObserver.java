package io.apexproxy.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.test.EtcdServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Observer that records each call as text: trees in one line without origins, failures as their message. */
final class RecordingObserver implements ConfigSource.Observer {

    private final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public void changed(ConfigTree.Table tree) {
        calls.add(text(tree));
    }

    @Override
    public void failed(ConfigException problem) {
        calls.add(problem.getMessage());
    }

    List<String> calls() {
        return calls;
    }

    void awaitLast(String expected) {
        awaitLast(expected, EtcdServer.TIMEOUT);
    }

    void awaitLast(String expected, Duration timeout) {
        await().atMost(timeout).pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(calls).last().asString().contains(expected));
    }

    /** Returns the values of a tree. */
    static String text(ConfigTree value) {
        if (value instanceof ConfigTree.Table table) {
            return table.members().entrySet().stream().map(member -> member.getKey() + "="
                    + text(member.getValue().value())).toList().toString().replace('[', '{').replace(']', '}');
        }
        return value instanceof ConfigTree.Array array
                ? array.elements().stream().map(RecordingObserver::text).toList().toString()
                : ((ConfigTree.Scalar) value).value().toString();
    }
}
