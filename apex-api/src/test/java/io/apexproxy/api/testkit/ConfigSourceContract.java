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

/** What every configuration source can be held to. */
@Timeout(60) // seconds, for a test that waits for ever
public abstract class ConfigSourceContract extends ProviderContract<ConfigSourceProvider> {

    /** Generous, for a machine that is busy with other things. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private FakeContext context;
    private ConfigSource source;

    /** For a test that extends this. */
    protected ConfigSourceContract() {
        super(ConfigSourceProvider.class);
    }

    /** Settings of the source; a path in them may be relative to the directory that {@link #store} is given. */
    @Override
    protected abstract Map<String, Object> settings();

    /**
     * Makes what the source reads a valid configuration, the value of whose key {@code version} is this string; in
     * one step, so that nobody can read a half of it.
     */
    protected abstract void store(Path directory, String version) throws Exception;

    /** Makes what the source reads something that cannot be parsed; in one step, too. */
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
    void whatIsLoadedHasAValueAndAPlace() {
        ConfigTree.Table root = source.load();

        assertThat(version(root)).isEqualTo("first");
        assertThat(root.members().get("version").key().source()).isNotEmpty();
        assertThat(root.members().get("version").value().origin().source()).isNotEmpty();
    }

    @Test
    void everyLoadReadsAnew() throws Exception {
        assertThat(source.load()).isEqualTo(source.load());

        store(directory, "second");

        assertThat(version(source.load())).isEqualTo("second");
    }

    @Test
    void whatCannotBeParsedIsReportedWithItsPlace() throws Exception {
        spoil(directory);

        assertThatThrownBy(source::load).isInstanceOfSatisfying(ConfigException.class, failure ->
                assertThat(failure.problems()).noneMatch(problem -> problem.origin().source().isEmpty()));
    }

    @Test
    void anObserverIsToldOfChangesAndMistakesInTheirOrder() throws Exception {
        var observer = watching();

        store(directory, "second");
        observer.awaitLast("second");
        spoil(directory);
        observer.awaitLast("failed");
        store(directory, "third");
        observer.awaitLast("third");

        assertThat(observer.told).containsExactly("second", "failed", "third");
    }

    @Test
    void aChangeBetweenLoadAndWatchIsNotMissed() throws Exception {
        source.load();
        store(directory, "second");

        var observer = new Observer();
        source.watch(observer);

        observer.awaitLast("second");
    }

    @Test
    void manyChangesEndWithTheLastAndAreToldOneAtATime() throws Exception {
        var observer = watching();

        for (int change = 0; change < 50; change++) {
            store(directory, "change " + change);
        }

        observer.awaitLast("change 49");
        assertThat(observer.concurrentCalls).hasValue(0);
    }

    @Test
    void afterItWasClosedNobodyIsToldAndNoThreadIsLeft() throws Exception {
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
        await().pollInSameThread().atMost(PATIENCE).untilAsserted(() ->
                assertThat(Thread.getAllStackTraces().keySet()).isSubsetOf(threads));
        assertThat(observer.told).containsExactly("second");
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

    /** Keeps what it is told: the version, or {@code failed}. */
    private static final class Observer implements ConfigSource.Observer {

        private final List<Object> told = new CopyOnWriteArrayList<>();
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger concurrentCalls = new AtomicInteger();

        @Override
        public void changed(ConfigTree.Table tree) {
            note(version(tree));
        }

        @Override
        public void failed(ConfigException problem) {
            note("failed");
        }

        private void note(Object what) {
            if (running.incrementAndGet() > 1) {
                concurrentCalls.incrementAndGet();
            }
            told.add(what);
            running.decrementAndGet();
        }

        void awaitLast(Object expected) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).last().isEqualTo(expected));
        }
    }
}
