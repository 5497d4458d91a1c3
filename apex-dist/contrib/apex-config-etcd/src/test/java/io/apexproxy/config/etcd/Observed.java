package io.apexproxy.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is told, as text: trees in one line without places, failures as they are. */
final class Observed implements ConfigSource.Observer {

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void changed(ConfigTree.Table tree) {
        told.add(text(tree));
    }

    @Override
    public void failed(ConfigException problem) {
        told.add(problem.getMessage());
    }

    List<String> told() {
        return told;
    }

    void awaitLast(String expected) {
        awaitLast(expected, EtcdServer.PATIENCE);
    }

    void awaitLast(String expected, Duration patience) {
        await().atMost(patience).pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(told).last().asString().contains(expected));
    }

    /** The values of a tree. */
    static String text(ConfigTree value) {
        if (value instanceof ConfigTree.Table table) {
            return table.members().entrySet().stream().map(member -> member.getKey() + "="
                    + text(member.getValue().value())).toList().toString().replace('[', '{').replace(']', '}');
        }
        return value instanceof ConfigTree.Array array
                ? array.elements().stream().map(Observed::text).toList().toString()
                : ((ConfigTree.Scalar) value).value().toString();
    }
}
