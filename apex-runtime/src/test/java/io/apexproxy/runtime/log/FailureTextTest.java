package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailureTextTest {

    @Test
    void failuresOfFilesAreDescribedWithTheirPath() {
        assertThat(FailureText.oneLine(new AccessDeniedException("/opt/apex/plugins"))).isEqualTo(
                "permission denied: /opt/apex/plugins; let the user '" + System.getProperty("user.name") + "' read it");
        assertThat(FailureText.oneLine(new NoSuchFileException("/opt/x.jar"))).isEqualTo("no such file: /opt/x.jar");
    }

    @Test
    void causesAreAppendedToTheSameLine() {
        Exception failure = new IllegalStateException("two\nlines", new AccessDeniedException("a"));

        assertThat(FailureText.oneLine(failure)).startsWith(
                "java.lang.IllegalStateException: two\\nlines, caused by permission denied: a; ");
    }
}
