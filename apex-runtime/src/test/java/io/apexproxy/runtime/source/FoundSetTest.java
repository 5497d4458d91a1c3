package io.apexproxy.runtime.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig.Discovery;
import io.apexproxy.runtime.config.PoolConfig.WhenEmpty;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.address.HostPort;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FoundSetTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    /** A clock of {@link System#nanoTime} can overflow at any moment. */
    private static final long START = Long.MAX_VALUE - SECOND;

    private final FoundSet keeping = set(WhenEmpty.KEEP, Optional.empty());
    private final FoundSet emptying = set(WhenEmpty.EMPTY, Optional.of(Duration.ofSeconds(60)));

    private static FoundSet set(WhenEmpty whenEmpty, Optional<Duration> keepStale) {
        return new FoundSet(settings(whenEmpty, keepStale), START);
    }

    static Discovery settings(WhenEmpty whenEmpty, Optional<Duration> keepStale) {
        Origin origin = Origin.of("test");
        return new Discovery(new ProviderConfig("pools.web.backends_from", "scripted", origin,
                new ConfigTree.Table(Map.of(), origin), List.of()), Duration.ofSeconds(1), Duration.ofSeconds(30),
                Duration.ofSeconds(5), Duration.ofSeconds(30), keepStale, whenEmpty);
    }

    static BackendConfig backend(String name, int weight) {
        return new BackendConfig(name, new HostPort("127.0.0.1", 9000 + name.charAt(0)), weight, 0);
    }

    private static List<BackendConfig> backends(String... names) {
        return Arrays.stream(names).map(name -> backend(name, 1)).toList();
    }

    /** Returns the names, with an exclamation mark for a missing one and a question mark for a stale one. */
    private static String text(FoundSet set) {
        StringBuilder text = new StringBuilder();
        set.backends().forEach(backend -> text.append(backend.name()).append(switch (backend.presence()) {
            case PRESENT -> "";
            case MISSING -> "!";
            case STALE -> "?";
        }));
        return text.toString();
    }

    private static String text(FoundSet.Change change) {
        StringBuilder text = new StringBuilder(change.keptForEmpty() ? "kept" : "");
        change.added().forEach(backend -> text.append('+').append(backend.name()));
        change.missing().forEach(backend -> text.append('-').append(backend.name()));
        change.changed().forEach(backend -> text.append('~').append(backend.name()));
        return text.toString();
    }

    private static long at(long seconds) {
        return START + seconds * SECOND;
    }

    @Test
    void orderOfAnAnswerDoesNotChangeTheOrderOfTheSet() {
        assertThat(text(keeping.accept(backends("a", "b", "c"), at(0)))).isEqualTo("+a+b+c");

        assertThat(keeping.accept(backends("c", "d", "a", "b"), at(1)).added()).isEqualTo(backends("d"));

        assertThat(text(keeping)).isEqualTo("abcd");
    }

    @Test
    void sameAnswerIsNoChange() {
        keeping.accept(backends("a", "b"), at(0));

        assertThat(keeping.accept(backends("b", "a"), at(1)).isEmpty()).isTrue();
    }

    @Test
    void changedWeightIsAChange() {
        keeping.accept(backends("a", "b"), at(0));

        assertThat(text(keeping.accept(List.of(backend("a", 1), backend("b", 7)), at(1)))).isEqualTo("~b");
        assertThat(keeping.backends()).containsExactly(backend("a", 1), backend("b", 7));
    }

    @Test
    void missingBackendIsRemovedAfterKeepMissing() {
        keeping.accept(backends("a", "b"), at(0));

        assertThat(text(keeping.accept(backends("a"), at(10)))).isEqualTo("-b");
        assertThat(text(keeping)).isEqualTo("ab!");
        assertThat(keeping.nextExpiry()).hasValue(at(40));
        assertThat(keeping.accept(backends("a"), at(20)).isEmpty()).isTrue();
        assertThat(keeping.removeMissing(at(39))).isEmpty();
        assertThat(keeping.removeMissing(at(40))).isEqualTo(backends("b"));

        assertThat(text(keeping)).isEqualTo("a");
        assertThat(keeping.nextExpiry()).isEqualTo(OptionalLong.empty());
    }

    @Test
    void missingBackendThatReturnsIsKept() {
        keeping.accept(backends("a", "b"), at(0));
        keeping.accept(backends("a"), at(10));

        assertThat(text(keeping.accept(backends("a", "b"), at(20)))).isEqualTo("+b");

        assertThat(text(keeping)).isEqualTo("ab");
        assertThat(keeping.removeMissing(at(100))).isEmpty();
    }

    @Test
    void emptyAnswerIsIgnoredByDefault() {
        keeping.accept(backends("a", "b"), at(0));

        assertThat(text(keeping.accept(List.of(), at(1)))).isEqualTo("kept");

        assertThat(text(keeping)).isEqualTo("ab");
        assertThat(keeping.removeMissing(at(100))).isEmpty();
    }

    @Test
    void emptyAnswerEmptiesTheSetIfConfigured() {
        emptying.accept(backends("a", "b"), at(0));

        assertThat(text(emptying.accept(List.of(), at(1)))).isEqualTo("-a-b");

        assertThat(text(emptying)).isEqualTo("a!b!");
    }

    @Test
    void firstAnswerCanBeEmpty() {
        assertThat(text(keeping.accept(List.of(), at(0)))).isEmpty();
        assertThat(text(keeping)).isEmpty();
    }

    @Test
    void withoutAnAnswerBackendsBecomeStaleUntilTheNext() {
        emptying.accept(backends("a"), at(10));
        assertThat(emptying.nextExpiry()).hasValue(at(70));
        assertThat(emptying.becomesStale(at(69))).isFalse();

        assertThat(emptying.becomesStale(at(70))).isTrue();
        assertThat(emptying.becomesStale(at(80))).isFalse();
        assertThat(text(emptying)).isEqualTo("a?");
        assertThat(emptying.nextExpiry()).isEqualTo(OptionalLong.empty());

        emptying.accept(backends("a"), at(90));
        assertThat(text(emptying)).isEqualTo("a");
        assertThat(emptying.nextExpiry()).hasValue(at(150));
    }

    @Test
    void emptyAnswerThatIsIgnoredIsStillAnAnswer() {
        var set = set(WhenEmpty.KEEP, Optional.of(Duration.ofSeconds(60)));
        set.accept(backends("a"), at(0));
        set.accept(List.of(), at(50));

        assertThat(set.becomesStale(at(70))).isFalse();
        assertThat(set.nextExpiry()).hasValue(at(110));
    }

    @Test
    void byDefaultBackendsNeverBecomeStale() {
        keeping.accept(backends("a"), at(0));

        assertThat(keeping.nextExpiry()).isEqualTo(OptionalLong.empty());
        assertThat(keeping.becomesStale(at(1_000_000))).isFalse();
    }
}
