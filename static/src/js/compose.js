// The composer's own scripts, loaded on its pages only.
import './elements/writing-desk.js'
import './elements/video-picker.js'
