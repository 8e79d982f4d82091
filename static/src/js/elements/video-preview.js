// A card's video plays mute while one looks at it, unless data is to be saved or motion is unwelcome.
const still = matchMedia('(prefers-reduced-motion: reduce)')
const mayPlay = () => !still.matches && !navigator.connection?.saveData

class VideoPreview extends HTMLElement {
  connectedCallback() {
    if (!mayPlay() || !('IntersectionObserver' in window)) return
    this.eye = new IntersectionObserver(([{ isIntersecting }]) => (isIntersecting && mayPlay() ? this.play() : this.stop()), { threshold: 0.6 })
    this.eye.observe(this.parentElement)
  }

  disconnectedCallback() { this.eye?.disconnect() }

  play() {
    if (!this.video) {
      const video = document.createElement('video')
      Object.assign(video, { muted: true, loop: true, playsInline: true, preload: 'none', src: this.dataset.src })
      video.setAttribute('aria-hidden', 'true')
      video.tabIndex = -1
      video.addEventListener('playing', () => this.classList.add('is-on'))
      video.addEventListener('error', () => this.stop())
      this.append(video)
      this.video = video
    }
    this.video.play().catch(() => {})
  }

  stop() {
    this.video?.pause()
    this.classList.remove('is-on')
  }
}

customElements.define('video-preview', VideoPreview)
