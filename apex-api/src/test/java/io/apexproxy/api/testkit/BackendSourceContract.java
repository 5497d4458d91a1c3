package io.apexproxy.api.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Settings;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.BackendSourceProvider;
import io.apexproxy.api.source.FoundBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract of backend sources. */
@Timeout(60) // seconds, for a test that hangs
public abstract class BackendSourceContract extends ProviderContract<BackendSourceProvider> {

    /** Long enough for a busy machine. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private FakeContext context;
    private BackendSource source;

    /** Called by the constructors of subclasses. */
    protected BackendSourceContract() {
        super(BackendSourceProvider.class);
    }

    /** Returns the settings of the source. Paths can be relative to the directory that {@link #publish} receives. */
    @Override
    protected abstract Map<String, Object> settings();

    /** Publishes exactly these addresses where the source looks; atomically if the source can see a part. */
    protected abstract void publish(Path directory, List<String> addresses) throws Exception;

    /** Makes the place in which the source looks unusable: unreachable, or with content that is not valid. */
    protected abstract void spoil(Path directory) throws Exception;

    @Override
    final BackendSource create(Settings settings) {
        return provider().create(settings, context);
    }

    @BeforeEach
    void createSource() throws Exception {
        context = FakeContext.in(directory);
        publish(directory, List.of("127.0.0.1:9001", "127.0.0.1:9002"));
        source = create(MapSettings.of(settings()));
    }

    @AfterEach
    void close() {
        source.close();
        context.close();
    }

    private List<String> found() throws Exception {
        return source.find().backends().stream().map(FoundBackend::address).toList();
    }

    @Test
    void findsWhatIsPublished() throws Exception {
        assertThat(found()).containsExactlyInAnyOrder("127.0.0.1:9001", "127.0.0.1:9002");
    }

    @Test
    void validityIsNotNegative() throws Exception {
        assertThat(source.find().validFor().stream()).noneMatch(Duration::isNegative);
    }

    @Test
    void looksAgainAtEachCall() throws Exception {
        found();

        publish(directory, List.of("127.0.0.1:9003"));

        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(found()).containsExactly("127.0.0.1:9003"));
    }

    @Test
    void nothingPublishedIsAnAnswerWithoutBackends() throws Exception {
        publish(directory, List.of());

        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(found()).isEmpty());
    }

    @Test
    void unusablePlaceIsAFailureWithAReasonUntilItIsUsableAgain() throws Exception {
        source.watch(() -> {});
        found();

        spoil(directory);
        await().atMost(TIMEOUT).untilAsserted(() -> assertThatThrownBy(source::find)
                .isInstanceOf(Exception.class).isNotInstanceOf(RuntimeException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).isNotBlank().hasSizeLessThan(2_000)));
        assertThatThrownBy(source::find).isNotInstanceOf(RuntimeException.class); // again, not hidden as unchanged

        publish(directory, List.of("127.0.0.1:9001"));
        await().atMost(TIMEOUT).ignoreExceptions()
                .untilAsserted(() -> assertThat(found()).containsExactly("127.0.0.1:9001"));
    }

    @Test
    void closeEndsItsThreads() throws Exception {
        var threads = Thread.getAllStackTraces().keySet();
        var closing = create(MapSettings.of(settings()));
        closing.watch(() -> {});
        closing.find();

        closing.close();

        context.close();
        await().pollInSameThread().atMost(TIMEOUT).untilAsserted(() -> {
            System.gc(); // before Java 21, the thread of an HttpClient ends when the client is collected
            assertThat(Thread.getAllStackTraces().keySet()).isSubsetOf(threads);
        });
    }
}
