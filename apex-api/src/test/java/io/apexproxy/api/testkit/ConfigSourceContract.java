package io.apexproxy.api.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract of configuration sources. */
@Timeout(60) // seconds, for a test that hangs
public abstract class ConfigSourceContract extends ProviderContract<ConfigSourceProvider> {

    /** Long enough for a busy machine. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private FakeContext context;
    private ConfigSource source;

    /** Called by the constructors of subclasses. */
    protected ConfigSourceContract() {
        super(ConfigSourceProvider.class);
    }

    /** Returns the settings of the source. Paths can be relative to the directory that {@link #store} receives. */
    @Override
    protected abstract Map<String, Object> settings();

    /**
     * Replaces the content of the source by a valid configuration whose key {@code version} has this value. The change
     * is atomic: no reader sees a part of it.
     */
    protected abstract void store(Path directory, String version) throws Exception;

    /** Replaces the content of the source by text that cannot be parsed; atomically, too. */
    protected abstract void spoil(Path directory) throws Exception;

    @Override
    final ConfigSource create(Settings settings) {
        return provider().create(settings, context);
    }

    @BeforeEach
    void createSource() throws Exception {
        context = FakeContext.in(directory);
        store(directory, "first");
        source = create(MapSettings.of(settings()));
    }

    @AfterEach
    void close() {
        source.close();
        context.close();
    }

    @Test
    void loadedTreeHasValuesAndOrigins() {
        ConfigTree.Table root = source.load();

        assertThat(version(root)).isEqualTo("first");
        assertThat(root.members().get("version").key().source()).isNotEmpty();
        assertThat(root.members().get("version").value().origin().source()).isNotEmpty();
    }

    @Test
    void everyLoadReadsTheSourceAgain() throws Exception {
        assertThat(source.load()).isEqualTo(source.load());

        store(directory, "second");

        assertThat(version(source.load())).isEqualTo("second");
    }

    @Test
    void syntaxErrorIsReportedWithItsOrigin() throws Exception {
        spoil(directory);

        assertThatThrownBy(source::load).isInstanceOfSatisfying(ConfigException.class,
                failure -> assertThat(failure.problems()).noneMatch(problem -> problem.origin().source().isEmpty()));
    }

    @Test
    void observerReceivesChangesAndFailuresInOrder() throws Exception {
        var observer = watching();

        store(directory, "second");
        observer.awaitLast("second");
        spoil(directory);
        observer.awaitLast("failed");
        store(directory, "third");
        observer.awaitLast("third");

        assertThat(observer.received).containsExactly("second", "failed", "third");
    }

    @Test
    void changeBetweenLoadAndWatchIsReported() throws Exception {
        source.load();
        store(directory, "second");

        var observer = new Observer();
        source.watch(observer);

        observer.awaitLast("second");
    }

    @Test
    void manyChangesAreReportedOneAtATimeAndEndWithTheLast() throws Exception {
        var observer = watching();

        for (int change = 0; change < 50; change++) {
            store(directory, "change " + change);
        }

        observer.awaitLast("change 49");
        assertThat(observer.concurrentCalls).hasValue(0);
    }

    @Test
    void closeStopsReportsAndThreads() throws Exception {
        var threads = Thread.getAllStackTraces().keySet();
        var closing = create(MapSettings.of(settings()));
        closing.load();
        var observer = new Observer();
        closing.watch(observer);
        store(directory, "second");
        observer.awaitLast("second");

        closing.close();
        store(directory, "third");

        context.close();
        await().pollInSameThread().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).isSubsetOf(threads));
        assertThat(observer.received).containsExactly("second");
    }

    private Observer watching() {
        source.load();
        var observer = new Observer();
        source.watch(observer);
        return observer;
    }

    private static Object version(ConfigTree.Table root) {
        return ((ConfigTree.Scalar) root.members().get("version").value()).value();
    }

    /** Records each call: the version, or {@code failed}. */
    private static final class Observer implements ConfigSource.Observer {

        private final List<Object> received = new CopyOnWriteArrayList<>();
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger concurrentCalls = new AtomicInteger();

        @Override
        public void changed(ConfigTree.Table tree) {
            add(version(tree));
        }

        @Override
        public void failed(ConfigException problem) {
            add("failed");
        }

        private void add(Object event) {
            if (running.incrementAndGet() > 1) {
                concurrentCalls.incrementAndGet();
            }
            received.add(event);
            running.decrementAndGet();
        }

        void awaitLast(Object expected) {
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(received).last().isEqualTo(expected));
        }
    }
}
