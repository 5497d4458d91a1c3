/** Tests of whole sessions, with pools and health checks, on the simulated engine. */
package io.apexproxy.runtime.relay;
