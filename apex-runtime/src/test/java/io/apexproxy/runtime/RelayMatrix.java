package io.apexproxy.runtime;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test of the relay: runs with one event loop and with two; and, because of its tag, once more in a JVM that relays
 * on the JDK's channels (see the second execution of surefire in the pom).
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("relay")
@ParameterizedClass(name = "threads = {0}")
@ValueSource(ints = {1, 2})
@interface RelayMatrix {
}
