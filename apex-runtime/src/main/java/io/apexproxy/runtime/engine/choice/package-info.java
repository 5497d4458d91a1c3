/** The choice of an engine: by the configuration, the system and the version of Java. */
package io.apexproxy.runtime.engine.choice;
