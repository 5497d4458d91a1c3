package io.apexproxy.health.jdbc;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the driver gets in addition to the URL.
 *
 * @param user the property {@code user}
 * @param passwordFile the file whose first line is the property {@code password}; read again for each probe
 * @param properties further properties
 */
record Login(Optional<String> user, Optional<Path> passwordFile, Map<String, String> properties) {

    private static final String USER = "user";
    private static final String PASSWORD = "password";
    private static final String PASSWORD_FILE = "password_file";
    /** In bytes; longer than any password, and short enough for a file that was named by mistake. */
    private static final int MAX_FILE_LENGTH = 64 << 10;

    /**
     * The properties of one connection.
     *
     * @param properties all properties, also the password
     * @param secrets those that must not be shown
     */
    record Credentials(Properties properties, Secrets secrets) {
    }

    /** Reads the settings {@code user}, {@code password_file} and {@code properties}. */
    static Login from(Settings settings, PluginContext context) {
        Optional<String> user = settings.has(USER) ? Optional.of(settings.string(USER)) : Optional.empty();
        Optional<Path> file = settings.has(PASSWORD_FILE)
                ? Optional.of(context.resolve(settings.string(PASSWORD_FILE))) : Optional.empty();
        Settings table = settings.table("properties");
        Map<String, String> properties = new LinkedHashMap<>();
        for (String name : table.keys()) {
            properties.put(name, table.string(name));
        }
        Stream.of(USER, PASSWORD).filter(properties::containsKey).findFirst().ifPresent(name -> {
            throw table.invalid(name, "set " + USER + " and " + PASSWORD_FILE + " of the health check instead");
        });
        Login login = new Login(user, file, properties);
        if (file.isPresent() && user.isEmpty()) {
            throw settings.invalid(PASSWORD_FILE, "needs " + USER);
        }
        try {
            login.credentials(Map.of());
        } catch (IOException e) {
            throw settings.invalid(PASSWORD_FILE, e.getMessage());
        }
        return login;
    }

    /**
     * Reads the password and returns all properties. Blocks.
     *
     * @param defaults properties that the settings override
     */
    Credentials credentials(Map<String, String> defaults) throws IOException {
        Properties all = new Properties();
        defaults.forEach(all::setProperty);
        properties.forEach(all::setProperty);
        user.ifPresent(name -> all.setProperty(USER, name));
        if (passwordFile.isPresent()) {
            all.setProperty(PASSWORD, password(passwordFile.get()));
        }
        Set<String> names = all.stringPropertyNames();
        return new Credentials(all, new Secrets(names.stream().filter(Settings::isSecretName).map(all::getProperty)
                .filter(value -> !value.isEmpty()).toList()));
    }

    private static String password(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(MAX_FILE_LENGTH + 1);
            if (bytes.length > MAX_FILE_LENGTH) {
                throw new IOException("the file has more than " + MAX_FILE_LENGTH + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8).lines().findFirst()
                    .orElseThrow(() -> new IOException("the file is empty"));
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        }
    }
}
