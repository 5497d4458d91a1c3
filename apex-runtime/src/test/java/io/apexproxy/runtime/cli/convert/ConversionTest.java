package io.apexproxy.runtime.cli.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.read.ConfigReader;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionTest {

    private static final Path PAGE = Path.of("../apex-dist/src/main/docs/tasks/move-from-haproxy-or-nginx.md");
    private static final Pattern RANGE = Pattern.compile("lines (\\d+)-(\\d+):");
    private static final int MUTATIONS = 300; // of each file

    @ParameterizedTest
    @ValueSource(strings = {"haproxy-sni.cfg", "haproxy-tls.cfg", "haproxy-database.cfg", "haproxy-discovery.cfg",
        "nginx-balance.conf", "nginx-sni.conf", "nginx-tls.conf"})
    void resultIsTheExpectedOneAndHasNoMistake(String source) throws IOException {
        String converted = Conversion.of(source, resource(source));

        assertThat(converted).isEqualTo(resource(source.replaceFirst("\\.\\w+$", ".toml")));
        read(converted);
    }

    @Test
    void haproxyOfThePageIsItsConfiguration() throws IOException {
        assertThat(TreeFixture.tree(simplified(Conversion.of("haproxy.cfg", page("haproxy.cfg")))))
                .isEqualTo(TreeFixture.tree(simplified(page("config.toml"))));
    }

    /** nginx has neither names of backends, nor intervals of probes, nor an admin endpoint. */
    @Test
    void nginxOfThePageHasTheSameListenerAndPool() throws IOException {
        ProxyConfig converted = read(Conversion.of("nginx.conf", page("nginx.conf")));
        ProxyConfig expected = read(page("config.toml"));
        PoolConfig pool = converted.pools().get(0);
        PoolConfig expectedPool = expected.pools().get(0);

        assertThat(converted.listeners()).hasSize(1);
        assertThat(converted.listeners().get(0).addresses()).isEqualTo(expected.listeners().get(0).addresses());
        assertThat(converted.listeners().get(0).idleTimeout()).isEqualTo(expected.listeners().get(0).idleTimeout());
        assertThat(pool.name()).isEqualTo(expectedPool.name());
        assertThat(pool.backends()).extracting(BackendConfig::address, BackendConfig::weight,
                BackendConfig::maxConnections)
                .isEqualTo(assertThat(expectedPool.backends()).extracting(BackendConfig::address,
                        BackendConfig::weight, BackendConfig::maxConnections).actual());
        assertThat(List.of(pool.connectTimeout(), pool.connectAttempts(), pool.healthCheck().fall(),
                pool.healthCheck().interval()))
                .isEqualTo(List.of(expectedPool.connectTimeout(), expectedPool.connectAttempts(),
                        expectedPool.healthCheck().fall(), expectedPool.healthCheck().interval()));
    }

    /** Inserts a directive without a meaning in each line. */
    @ParameterizedTest
    @ValueSource(strings = {"haproxy-sni.cfg", "haproxy-tls.cfg", "haproxy-database.cfg", "haproxy-discovery.cfg",
        "nginx-balance.conf", "nginx-sni.conf", "nginx-tls.conf"})
    void directiveWithoutACounterpartIsInAComment(String source) throws IOException {
        List<String> lines = resource(source).lines().toList();
        boolean isNginx = source.startsWith("nginx");

        for (int index = 5; index < lines.size(); index++) {
            List<String> changed = new ArrayList<>(lines);
            changed.add(index, isNginx ? "unknown_word value;" : "unknown_word value");
            String converted = Conversion.of(source, String.join("\n", changed));
            int line = index + 1;
            assertThat(converted.contains("line " + line + ":") || RANGE.matcher(converted).results()
                    .anyMatch(range -> Integer.parseInt(range.group(1)) <= line
                            && line <= Integer.parseInt(range.group(2))))
                    .as("line %d of %s", line, source).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"haproxy-sni.cfg", "haproxy-tls.cfg", "haproxy-database.cfg", "haproxy-discovery.cfg",
        "nginx-balance.conf", "nginx-sni.conf", "nginx-tls.conf"})
    void mutationsAreConvertedOrRejected(String source) throws IOException {
        String text = resource(source);

        for (int seed = 0; seed < MUTATIONS; seed++) {
            String mutation = mutation(text, new Random(seed));
            try {
                assertThat(Conversion.of(source, mutation)).contains("[listeners.", "[pools.");
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty();
            } catch (RuntimeException e) {
                fail("seed " + seed + " of " + source, e);
            }
        }
    }

    private static String mutation(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int count = random.nextInt(4); count >= 0; count--) {
            int start = random.nextInt(changed.length());
            int end = Math.min(changed.length(), start + random.nextInt(20));
            String part = changed.substring(start, end);
            switch (random.nextInt(4)) {
                case 0 -> changed.delete(start, end);
                case 1 -> changed.insert(start, part);
                case 2 -> changed.insert(random.nextInt(changed.length()), part);
                default -> changed.setCharAt(start, "{};\"'\\ \n#:$\0é".charAt(random.nextInt(13)));
            }
        }
        return changed.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`` | f: expected a section of HAProxy such as global, or a directive of nginx such as stream, found nothing",
        "[listeners.web] | f: expected a section of HAProxy such as global, or a directive of nginx such as stream, "
                + "found [listeners.web]",
        "stream { server { | f:1:18: expected '}' of the block at line 1, found the end of the file",
        "stream { } } | f:1:12: expected a directive, found '}'",
        "stream { listen 80 } | f:1:20: expected ';' or '{', found '}'",
        "stream { a 'b | f:1:12: expected a closing ', found the end of the file",
        "global \"a | f:1:8: expected a closing \" on this line, found its end",
        "http { } | f: expected a listener for TCP with a counterpart in Apex, found none"})
    void mistakeIsReportedWithItsPlace(String text, String message) {
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Conversion.of("f", text))
                .satisfies(failure -> assertThat(failure.problems().get(0)).hasToString(message));
    }

    /** A listener without its access rule would serve clients that the source refuses. */
    @Test
    void invalidAccessRuleLeavesOutTheListener() {
        String converted = Conversion.of("f", """
                stream {
                  server { listen 81; proxy_pass 10.0.0.1:1; deny office.example; }
                  server { listen 82; proxy_pass 10.0.0.1:1; }
                }
                """);

        assertThat(converted).contains("# line 2: left out, because listeners.port-81.deny", "[listeners.port-82]")
                .doesNotContain("[listeners.port-81]");
    }

    @Test
    void commentsAreCleanAndShort() {
        String converted = Conversion.of("f", "global\n  foo a\u001b[2J\u202e " + "x".repeat(100_000)
                + "\n  stats auth admin:hunter2\nlisten a\u0007b\n  bind :1\n  server \u001b 10.0.0.1:1\n");

        assertThat(converted).doesNotContain("\u001b", "\u202e", "\u0007", "hunter2").hasSizeLessThan(5_000)
                .contains("foo a\\u001B[2J\\u202E\n", "[listeners.a-b]");
    }

    @Test
    void deepNestingIsRejected() {
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Conversion.of("f", "a {".repeat(100_000)))
                .withMessageContaining("expected at most 20 nested blocks");
    }

    @Test
    void longFileIsRejected(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("haproxy.cfg"), "# comment\n".repeat(110_000));

        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Conversion.of(file))
                .withMessageEndingWith("haproxy.cfg: expected at most 256 KiB, found more: convert parts of the file");
    }

    private static ProxyConfig read(String toml) {
        Problems problems = new Problems();
        ProxyConfig config = ConfigReader.read(TreeFixture.tree(simplified(toml)), problems);
        assertThat(problems.list()).isEmpty();
        return config;
    }

    /** Removes comments and writes each value on one line, as the fixture needs it. */
    private static String simplified(String toml) {
        return toml.replaceAll("(?m)^ *#.*\n", "").replaceAll("(?<=[\\[,])\n *", " ");
    }

    private static String page(String file) throws IOException {
        Matcher block = Pattern.compile("(?s)`" + Pattern.quote(file) + "`\n\n```\\w*\n(.*?)```")
                .matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private static String resource(String name) throws IOException {
        try (InputStream input = ConversionTest.class.getResourceAsStream(name)) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
