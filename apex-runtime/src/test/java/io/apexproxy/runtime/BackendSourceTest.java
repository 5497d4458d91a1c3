package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tests of pools whose backends a source finds. */
class BackendSourceTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final ScriptedFinder finder = apex.finder;
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private static String pool(String keys) {
        return """
                [pools.web]
                backends_from = { provider = "finder", min_interval = "50ms", max_interval = "1h" }
                health_check = { provider = "none" }
                """ + keys + "\n";
    }

    private void start(String keys) {
        apex.start(WEB + pool(keys));
    }

    private List<String> states() {
        return apex.backends().stream().map(Snapshot.BackendView::state).toList();
    }

    private void awaitBackends(int count) {
        await().until(() -> apex.backends().size() == count);
    }

    /** Waits until consecutive connections reach these backends and no other one. */
    private void awaitAnswers(String... names) {
        await().untilAsserted(() -> assertThat(apex.ask(4)).containsOnly(names));
    }

    @Test
    void foundBackendsServeFromTheFirstConnection() {
        finder.find(a, b);
        start("");

        assertThat(apex.ask(4)).containsExactlyInAnyOrder("a", "a", "b", "b");
        assertThat(apex.log.messages()).anyMatch(line -> line.contains(
                "pools.web: finder found 2 backends: [" + a.address() + ", " + b.address() + "]"));
    }

    @Test
    void weightsOfAnyRatioAreKept() {
        finder.find(FoundBackend.of(a.address()).withWeight(999), FoundBackend.of(b.address()).withWeight(1));
        start("");

        List<String> answers = apex.ask(1_000);

        assertThat(Collections.frequency(answers, "b")).isEqualTo(1);
    }

    @Test
    void higherTierServesWhileNoLowerOneCan() {
        NamedServer c = apex.server("c");
        finder.find(FoundBackend.of(c.address()).withTier(20), FoundBackend.of(a.address()).withMaxConnections(1),
                FoundBackend.of(b.address()).withTier(10).withMaxConnections(1));
        start("");

        try (Conversation first = apex.connect()) {
            assertThat(first.ask()).isEqualTo("a"); // before the second one connects, by another loop
            try (Conversation second = apex.connect()) {
                assertThat(second.ask()).isEqualTo("b");
                assertThat(apex.ask(2)).containsOnly("c");
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void reportedChangeIsAppliedAndOpenConnectionsStay() throws Exception {
        finder.find(a);
        start("");
        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("a");

            finder.find(b);
            finder.changed.run();

            awaitAnswers("b");
            assertThat(open.ask()).isEqualTo("a");
            assertThat(apex.backends()).hasSize(2).filteredOn(view -> view.state().equals("drain")).singleElement()
                    .satisfies(view -> assertThat(view.reason()).isEqualTo("missing in the last answer of its source"));
        }
        assertThat(apex.log.messages()).anyMatch(line -> line.contains("finder found changes: +" + b.address() + " -"
                + a.address() + "; missing ones get no new connections and are removed after 30s"));
    }

    @Test
    void missingBackendIsRemovedAfterKeepMissingAndReturnsWithItsCounts() {
        finder.find(a, b);
        start("keep_missing = \"1h\"");
        apex.ask(4);
        finder.find(a);
        finder.changed.run();
        await().until(() -> states().contains("drain"));

        finder.find(a, b);
        finder.changed.run();
        awaitAnswers("a", "b");
        assertThat(apex.backend(b).connected()).isGreaterThan(2);

        apex.reload(WEB + pool("keep_missing = \"0s\""));
        finder.find(a);
        finder.changed.run();
        awaitBackends(1);
        assertThat(apex.log.messages()).anyMatch(line -> line.contains("removed after 0s without them"));
    }

    @Test
    void failureKeepsTheBackendsAndIsLoggedOnce() {
        finder.find(a);
        start("");
        finder.fail("server\nforged");
        int before = finder.calls.get();
        finder.changed.run();
        await().until(() -> finder.calls.get() > before + 3);

        assertThat(apex.ask(2)).containsOnly("a");
        assertThat(apex.log.messages().stream().filter(line -> line.contains("has no answer")).toList())
                .singleElement().asString()
                .contains("pools.web: finder has no answer: server\\nforged; keeping 1 backend of its last answer");

        finder.find(a, b);
        awaitAnswers("a", "b");
        assertThat(apex.log.messages()).anyMatch(line -> line.contains("pools.web: finder answers again after "));
    }

    @Test
    void invalidAnswerChangesNothing() {
        finder.find(a);
        start("");
        finder.find(FoundBackend.of(b.address()), FoundBackend.of("b:port"));
        finder.changed.run();

        await().until(() -> apex.log.messages().stream()
                .anyMatch(line -> line.contains("finder has no answer: the answer has an invalid address: ")));
        assertThat(apex.ask(2)).containsOnly("a");
    }

    @Test
    void emptyAnswerKeepsTheBackendsByDefault() {
        finder.find(a);
        start("");
        finder.find(new FoundBackend[0]);
        finder.changed.run();

        await().until(() -> apex.log.messages().stream().anyMatch(line -> line.contains(
                "finder found no backends; keeping 1 backend of its last answer (when_empty = \"keep\")")));
        assertThat(apex.ask(2)).containsOnly("a");

        apex.reload(WEB + pool("when_empty = \"empty\"\nkeep_missing = \"0s\""));
        finder.changed.run();
        awaitBackends(0);
        assertThat(apex.ask()).isEqualTo(Conversation.CLOSED);
    }

    @Test
    void staleBackendsGetNoConnectionsUntilTheNextAnswer() {
        finder.find(a);
        start("keep_stale = \"200ms\"");
        assertThat(apex.ask()).isEqualTo("a");
        finder.fail("gone");
        finder.changed.run();

        await().until(() -> states().equals(List.of("down")));
        awaitAnswers(Conversation.CLOSED);
        assertThat(apex.log.messages()).anyMatch(line -> line.contains(
                "pools.web: no answer of finder for 200ms (keep_stale): no new connections for 1 backend of its last"));

        finder.find(a);
        awaitAnswers("a");
    }

    @Test
    void startWaitsForTheFirstAnswer() {
        CountDownLatch asked = new CountDownLatch(2);
        finder.script = () -> {
            asked.countDown();
            if (asked.getCount() > 0) {
                throw new IOException("not yet");
            }
            return BackendSource.Answer.of(List.of(FoundBackend.of(a.address())));
        };

        start("start_timeout = \"1m\"");

        assertThat(apex.ask()).isEqualTo("a");
    }

    @Test
    void startWithoutAnAnswerServesTheConfiguredBackendsAfterTheTimeout() {
        finder.fail("unreachable");
        start("start_timeout = \"100ms\"\nbackends = [\"" + b.address() + "\"]");

        awaitAnswers("b");
        finder.find(a);
        awaitAnswers("a", "b");
    }

    /** Otherwise it would come with the next look-up, an hour later. */
    @Test
    void connectionWithoutABackendRequestsALookUp() {
        finder.find(new FoundBackend[0]);
        start("");
        assertThat(apex.ask()).isEqualTo(Conversation.CLOSED);

        finder.find(a);

        awaitAnswers("a");
    }

    @Test
    void reloadWithTheSameSourceKeepsTheInstanceAndAnotherOneReplacesIt() {
        finder.find(a);
        start("");
        apex.reload(WEB + pool("keep_missing = \"1s\""));
        assertThat(finder.closed).hasValue(0);

        apex.reload(WEB + pool("").replace("\"finder\"", "\"finder\", token = \"x\""));
        await().until(() -> finder.closed.get() == 1);
        assertThat(apex.ask(2)).containsOnly("a");

        apex.reload(WEB + ReloadFixture.pool(b));
        await().until(() -> finder.closed.get() == 2);
        apex.awaitOnly("b");
    }

    @Test
    void restartWithoutTheSourceBeginsWithTheStoredAnswer() throws Exception {
        Path state = apex.directory().resolve("state");
        String root = "state_directory = \"state\"\n";
        finder.find(a, b);
        apex.start(root + WEB + pool(""));
        await().until(() -> Files.exists(state.resolve("backends-of-web.json")));
        apex.proxy().close();

        finder.fail("unreachable");
        apex.start(root + WEB + pool("start_timeout = \"1h\""));

        assertThat(apex.ask(4)).containsOnly("a", "b");
        assertThat(apex.log.messages()).anyMatch(line -> line.contains(
                "pools.web: using 2 backends of the last answer of finder, stored in "));
        Files.delete(state.resolve("backends-of-web.json"));
        Files.delete(state);
    }

    @Test
    void slowSourceIsNotCalledTwiceAtTheSameTime() throws Exception {
        finder.find(a);
        start("");
        CountDownLatch blocked = new CountDownLatch(1);
        int before = finder.calls.get();
        finder.script = () -> {
            blocked.await();
            return BackendSource.Answer.of(List.of(FoundBackend.of(b.address())), Duration.ofHours(1));
        };
        finder.changed.run();
        await().until(() -> finder.calls.get() == before + 1);
        finder.changed.run();
        assertThat(apex.ask(2)).containsOnly("a");
        assertThat(finder.calls).hasValue(before + 1);

        blocked.countDown();

        awaitAnswers("b");
        await().until(() -> finder.calls.get() == before + 2); // for the report during the look-up
    }

    @Test
    void settingsOfThePolicyNeedASource() {
        assertThatThrownBy(() -> apex.start(WEB + ReloadFixture.pool("keep_missing = \"1s\"", a)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "pools.web.keep_missing: has no effect without backends_from; leave it out, or add"
                                + " backends_from = { provider = \"...\" }");
        assertThatThrownBy(() -> apex.start(WEB + pool("").replace("finder", "findr")))
                .isInstanceOf(ConfigException.class).hasMessageContaining("did you mean 'finder'?");
    }
}
