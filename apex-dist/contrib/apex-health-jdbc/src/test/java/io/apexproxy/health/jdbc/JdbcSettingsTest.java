package io.apexproxy.health.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the settings, and of the choice of the driver. */
class JdbcSettingsTest {

    private static final Driver DRIVER = FakeDriver.answering(sql -> Optional.empty());

    @TempDir
    private Path directory;
    @AutoClose
    private FakeContext context;

    @BeforeEach
    void create() {
        context = FakeContext.in(directory);
    }

    private void create(Drivers drivers, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of("url", "jdbc:fake://{host}", "query", "select 1"));
        all.putAll(settings);
        new JdbcProvider(() -> drivers).create(MapSettings.of(all), context).close();
    }

    private void assertRejected(Map<String, Object> settings, String message) {
        assertThatThrownBy(() -> create(new Drivers(List.of(DRIVER), List.of()), settings))
                .isInstanceOf(ConfigException.class).hasMessageStartingWith("test: " + message);
    }

    @Test
    void missingDriverIsReportedWithTheWayOut() {
        assertThatThrownBy(() -> create(new Drivers(List.of(), List.of()), Map.of()))
                .isInstanceOf(ConfigException.class).hasMessage("test: provider: there is no JDBC driver; copy the jar"
                        + " of a driver into the directory of this plugin, plugins/apex-health-jdbc/, and reload");
    }

    @Test
    void brokenDriverIsTheReason() {
        assertThatThrownBy(() -> create(new Drivers(List.of(), List.of("NoClassDefFoundError: a/B")), Map.of()))
                .hasMessageContaining("there is no JDBC driver (NoClassDefFoundError: a/B); copy the jar");
    }

    @Test
    void urlOfAnotherDriverIsReportedWithTheDriversThatAreThere() {
        assertRejected(Map.of("url", "jdbc:other://{host}"), "url: not a URL of the drivers that are there:"
                + " io.apexproxy.health.jdbc.FakeDriver; correct it, or copy the jar of a driver");
        assertRejected(Map.of("url", "jdbc:wrong://{host}"), "url: not a URL of the drivers that are there:"
                + " io.apexproxy.health.jdbc.FakeDriver (io.apexproxy.health.jdbc.FakeDriver rejects it); correct it");
    }

    @Test
    void driversOfTheUnitAreFoundWithoutDriverManager() {
        assertThat(Drivers.ofUnit().found()).isEmpty(); // the JDK has none, and the test has no service
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://{host}", "jdbc:fake://db1", "jdbc:fake://{hots}:{port}/"})
    void urlNeedsThePlaceholder(String url) {
        assertRejected(Map.of("url", url), "url: expected a URL that begins with jdbc: and contains {host}");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "jdbc:fake://{host}/db?password=secret",
        "jdbc:fake://{host};trustStorePassword = secret",
        "jdbc:fake://apex:secret@{host}/db",
        "jdbc:fake:thin:apex/secret@//{host}:{port}/db",
    })
    void urlHasNoPassword(String url) {
        assertRejected(Map.of("url", url), "url: expected a URL without a password; set user and password_file");
    }

    @Test
    void urlOfOracleHasNoPasswordByMistake() {
        assertThat(UrlTemplate.from(MapSettings.of(Map.of("url", "jdbc:oracle:thin:@//{host}:{port}/db"))).text())
                .isEqualTo("jdbc:oracle:thin:@//{host}:{port}/db");
    }

    @Test
    void otherMistakesAreReported() throws Exception {
        Path password = Files.writeString(directory.resolve("password"), "secret\n");

        assertRejected(Map.of("query", " "), "query: expected a statement such as");
        assertRejected(Map.of("expect", List.of()), "expect: expected true or false");
        assertRejected(Map.of("password_file", password.toString()), "password_file: needs user");
        assertRejected(Map.of("user", "a", "password_file", "none"), "password_file: there is no such file");
        Files.writeString(password, "");
        assertRejected(Map.of("user", "a", "password_file", "password"), "password_file: the file is empty");
        Files.write(password, new byte[70_000]);
        assertRejected(Map.of("user", "a", "password_file", "password"), "password_file: the file has more than 65536");
        assertRejected(Map.of("properties", Map.of("password", "secret")),
                "properties.password: set user and password_file of the health check instead");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, jdbc:fake://127.0.0.1:5432/127.0.0.1",
        "::1, jdbc:fake://[0:0:0:0:0:0:0:1]:5432/[0:0:0:0:0:0:0:1]",
    })
    void placeholdersAreTheAddressOfTheBackend(String host, String expected) {
        UrlTemplate url = new UrlTemplate("jdbc:fake://{host}:{port}/{host}");

        assertThat(url.of(FakeBackend.at(new InetSocketAddress(host, 5432)))).hasValue(expected);
    }

    @Test
    void backendWithoutAPortHasNoUrl() {
        UrlTemplate url = new UrlTemplate("jdbc:fake://{host}");

        assertThat(url.of(FakeBackend.at(UnixDomainSocketAddress.of("/run/db")))).isEmpty();
        assertThat(url.of(FakeBackend.at(InetSocketAddress.createUnresolved("db", 1)))).isEmpty();
    }

    @Test
    void wellKnownDriversGetTheTimeoutInTheirUnits() {
        Duration timeout = Duration.ofMillis(1500);

        assertThat(DriverDefaults.of("jdbc:postgresql://h/?connectTimeout=9", timeout))
                .containsExactly(Map.entry("socketTimeout", "2"), Map.entry("maxResultBuffer", "1M"));
        assertThat(DriverDefaults.of("jdbc:mariadb://h/", timeout))
                .containsExactly(Map.entry("connectTimeout", "1500"), Map.entry("socketTimeout", "1500"));
        assertThat(DriverDefaults.of("jdbc:sqlserver://h/", timeout)).containsEntry("loginTimeout", "2");
        assertThat(DriverDefaults.of("jdbc:oracle:thin:@h", timeout)).containsEntry("oracle.jdbc.ReadTimeout", "1500");
        assertThat(DriverDefaults.of("jdbc:fake://h/", timeout)).isEmpty();
    }

    @Test
    void settingsOverrideTheDefaultsOfADriver() throws Exception {
        Login login = Login.from(MapSettings.of(Map.of("user", "apex", "properties", Map.of("socketTimeout", "7"))),
                context);

        assertThat(login.credentials(Map.of("socketTimeout", "2", "connectTimeout", "2")).properties())
                .containsOnly(Map.entry("user", "apex"), Map.entry("socketTimeout", "7"),
                        Map.entry("connectTimeout", "2"));
    }
}
