/** Tests of the opening stage. */
package io.apexproxy.runtime.relay.opening;
